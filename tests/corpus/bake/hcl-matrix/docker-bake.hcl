target "app" {
  name = "app-${tgt}"
  matrix = { tgt = ["web", "api"] }
  target = tgt
  args = { I = indexof(["web", "api"], tgt) }
}
group "default" {
  targets = ["app"]
}

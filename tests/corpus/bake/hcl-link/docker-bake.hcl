target "base" {
  platforms = ["linux/amd64", "linux/arm64"]
  entitlements = ["network.host"]
}
target "default" {
  contexts = { base = "target:base" }
  platforms = ["linux/amd64", "linux/arm64"]
}

target "a" {
  context = "x"
  contexts = { c = "../y", d = "docker-image://z" }
}
target "b" {}
target "default" {
  context = target.a.context
}
target "e" {
  inherits = ["a"]
}

target "default" {
  contexts = { a = "target:nope" }
}

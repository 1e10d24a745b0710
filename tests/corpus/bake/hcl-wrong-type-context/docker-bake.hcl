target "default" {
  context = ["x"]
}

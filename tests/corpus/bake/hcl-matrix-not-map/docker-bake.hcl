target "default" {
  name = "x"
  matrix = ["1", "2"]
}

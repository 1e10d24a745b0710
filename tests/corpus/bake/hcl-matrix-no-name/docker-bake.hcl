target "default" {
  matrix = { a = ["1", "2"] }
}

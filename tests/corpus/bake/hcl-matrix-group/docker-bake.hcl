group "default" {
  matrix = { a = ["1"] }
  targets = []
}

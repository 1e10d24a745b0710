target "a" {
  args = { B = "2" }
  tags = ["t"]
}
target "b" {
  inherits = ["a"]
}

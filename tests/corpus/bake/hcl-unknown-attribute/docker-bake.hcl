target "default" {
  nope = 1
  tags = ["a"]
}
other "block" {
  x = 1
}

target "a" {
  tags = ["x"]
  args = { T = target.a.tags[0] }
}

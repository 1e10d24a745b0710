target "default" {
  tags = [nope("a")]
}

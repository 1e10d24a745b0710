target "default" {
  args = { a = 1.5, b = 1e3, c = 12345678901234567890, d = 1 / 3, e = true }
  tags = [1, true]
}

target "default" {
  context = target.b.context
}
target "b" {
  context = target.c.context
}
target "c" {
  context = target.default.context
}

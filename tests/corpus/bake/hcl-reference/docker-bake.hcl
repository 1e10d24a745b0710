target "a" {
  tags = ["a:1", "a:2"]
  args = { X = target.b.args.Y }
  output = ["type=local,dest=o"]
}
target "b" {
  args = { Y = "why" }
}
target "default" {
  tags = [for t in target.a.tags : "${t}-d"]
  args = target.a.args
  output = target.a.output
  contexts = target.a.contexts
}

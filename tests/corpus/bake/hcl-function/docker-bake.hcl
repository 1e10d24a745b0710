function "tag" {
  params = [name]
  variadic_params = more
  result = ["x/${name}:${join("-", more)}"]
}
target "default" {
  tags = tag("app", "1", "2")
}

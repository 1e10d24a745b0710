target "default" {
  policy = ["filename=own.rego"]
}

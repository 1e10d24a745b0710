target "default" {
  cache-to = [{ mode = "max" }]
}

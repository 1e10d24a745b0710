target "base" {
  args = { A = "1", B = "1" }
  labels = { l = "base" }
  tags = ["base"]
  cache-from = ["x"]
  annotations = ["a=1"]
  platforms = ["linux/amd64"]
}
target "more" {
  args = { B = "2", C = "2" }
  annotations = ["b=1"]
  cache-from = ["y"]
  contexts = { a = "" , b = "x"}
}
target "default" {
  inherits = ["base", "more"]
  args = { C = "3" }
  labels = { m = "own" }
  tags = []
  cache-from = ["x", "z"]
}

target "web" {
  tags = ["w:1"]
  args = { A = "1" }
  platforms = ["linux/amd64"]
  output = ["type=image"]
  cache-from = ["c"]
  annotations = ["a=b"]
  labels = { l = "1" }
}
target "api" {
  inherits = ["web"]
}

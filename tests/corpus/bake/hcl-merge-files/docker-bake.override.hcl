target "default" {
  tags = ["b"]
  args = { B = "2" }
}
group "g" {
  targets = ["x"]
}
target "x" {}

group "g-x" {
  targets = ["a-1"]
}
target "a-1" {}
target "a-2" {}
target "b-1" {}

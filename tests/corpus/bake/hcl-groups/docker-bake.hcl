group "default" {
  targets = ["all"]
}
group "all" {
  description = "everything"
  targets = ["b", "a", "b", "inner"]
}
group "inner" {
  targets = ["c", "all"]
}
target "a" {}
target "b" {}
target "c" {}

target "default" {
  tags = ["a"]
  args = { A = "1", B = "1" }
}
group "g" {
  targets = ["default"]
}

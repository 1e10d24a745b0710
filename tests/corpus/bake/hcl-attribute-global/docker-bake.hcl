REPO = "x"
target "default" {
  tags = ["${REPO}/${V}"]
}
V = lower("ABC")

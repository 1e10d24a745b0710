target "default" {
  name = "${item.n}-${replace(item.v, ".", "_")}"
  matrix = {
    item = [{ n = "a", v = "1.0" }, { n = "b", v = "2.0" }]
  }
  tags = ["${item.n}:${item.v}"]
}

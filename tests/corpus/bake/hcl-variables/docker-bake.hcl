variable "TAG" {
  default = "latest"
}
variable "EMPTY" {}
variable "N" {
  default = 3
}
variable "B" {
  default = false
}
target "default" {
  tags = ["app:${TAG}"]
  args = { N = N + 1, B = !B, E = EMPTY, S = "x${N}y" }
}

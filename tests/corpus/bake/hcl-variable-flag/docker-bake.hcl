variable "A" {
  default = "x"
}
target "default" {
  args = { A = A }
}

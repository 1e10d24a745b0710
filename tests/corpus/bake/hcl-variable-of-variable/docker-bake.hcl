variable "A" {
  default = "${B}-a"
}
variable "B" {
  default = upper("b")
}
target "default" {
  tags = [A]
}

variable "A" {
  default = A
}
target "default" {}

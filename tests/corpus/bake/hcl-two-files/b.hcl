variable "V" {
  default = "b"
}
target "more" {
  inherits = ["default"]
}

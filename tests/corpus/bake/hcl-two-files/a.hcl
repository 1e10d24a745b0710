variable "V" {
  default = "a"
}
target "default" {
  args = { V = V }
}

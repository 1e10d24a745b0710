variable "A" {
  default = "1"
  validation {
    condition = A != "2"
    error_message = "A is two"
  }
}
target "default" {
  args = { A = A }
}

variable "V" {
  description = "a variable"
  default = "x<y"
}
variable "L" {
  type = list(string)
}
variable "N" {
  default = 1.50
}
variable "T" {
  type = string
  default = "q"
}
variable "O" {
  default = { a = 1 }
}
group "all" {
  description = "all of them"
  targets = ["b", "a"]
}
target "a" {
  description = "the a"
}
target "b" {}
target "_c" {}

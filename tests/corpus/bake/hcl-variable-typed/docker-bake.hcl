variable "L" {
  type = list(string)
  default = ["a"]
}
variable "M" {
  type = map(number)
  default = { x = 1 }
}
variable "O" {
  type = object({ a = string, b = optional(number) })
  default = { a = "q" }
}
variable "N" {
  type = number
}
variable "S" {
  type = set(string)
  default = ["b", "a", "b"]
}
target "default" {
  tags = L
  args = { M = jsonencode(M), O = jsonencode(O), N = N == null ? "none" : N, S = join(",", S) }
}

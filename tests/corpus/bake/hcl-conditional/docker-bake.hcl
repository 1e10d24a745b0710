variable "X" {
  default = ""
}
target "default" {
  tags = X != "" ? ["a:${X}"] : []
  context = X == "" ? null : X
  args = { v = notequal(X, "") ? "%{ if X == "q" }Q%{ else }R%{ endif }" : "none" }
}

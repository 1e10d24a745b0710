variable "V" {
  type    = list(string)
  default = ["a"]
}
function "twice" {
  params = [x]
  result = "${x}${x}"
}
group "default" { targets = ["app", "m"] }
target "app" {
  inherits = ["_base"]
  tags     = [for v in V : twice(v) if v != ""]
  output   = ["type=local,dest=o"]
  secret   = [{ id = "s", env = "S" }]
}
target "_base" { args = { A = "${target.m-x.args.B}" } }
target "m" {
  name   = "m-${k}"
  matrix = { k = ["x", "y"] }
  args   = { B = k }
}

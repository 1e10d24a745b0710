target "default" {
  cache-from = [<<EOT
type=registry,ref=example.com/app:cache
EOT
  ]
}
variable "L" {
  type = list(string)
  default = ["x"]
}
target "list" {
  tags = L
}

target "a b" {}

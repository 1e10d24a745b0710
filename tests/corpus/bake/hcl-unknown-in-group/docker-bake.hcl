group "default" {
  targets = ["nope"]
}

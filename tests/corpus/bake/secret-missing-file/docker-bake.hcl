target "default" {
  secret = ["id=a,src=nope"]
}

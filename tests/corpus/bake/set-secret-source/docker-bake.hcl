target "default" {
  secret = ["id=a,env=HOME"]
}

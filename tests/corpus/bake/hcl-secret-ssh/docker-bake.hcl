target "default" {
  secret = ["id=a,src=./secret", { id = "b", env = "HOME" }, "type=env,id=c,src=HOME"]
}

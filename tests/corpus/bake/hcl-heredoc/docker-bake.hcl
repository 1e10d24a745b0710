target "default" {
  dockerfile-inline = <<EOT
FROM alpine
RUN echo "hi" && echo \$${x}
EOT
}

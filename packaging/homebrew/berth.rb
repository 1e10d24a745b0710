# SPDX-License-Identifier: Apache-2.0
# Homebrew's formula. A release fills in OWNER, VERSION, SHA256 (of the tag's archive) and LICENSE, the name in
# packaging/license.
class Berth < Formula
  desc "Builds container images with BuildKit, driven by the docker CLI"
  homepage "https://github.com/OWNER/berth"
  url "https://github.com/OWNER/berth/archive/refs/tags/vVERSION.tar.gz"
  sha256 "SHA256"
  license "LICENSE"

  depends_on "cmake" => :build
  depends_on "cmark" => :build
  depends_on "ninja" => :build
  depends_on "nlohmann-json" => :build
  depends_on "tomlplusplus" => :build
  depends_on "boost"
  depends_on "curl"
  depends_on "fmt"
  depends_on "gmp"
  depends_on "libnghttp2"
  depends_on "mpfr"
  depends_on "nettle"
  depends_on "openssl@3"
  depends_on "protobuf"
  depends_on "re2"
  depends_on "utf8proc"
  depends_on "yaml-cpp"

  def install
    system "cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DBERTH_TESTS=OFF", *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  def caveats
    "`berth install` makes it a command of docker: `docker berth`."
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/berth version")
    assert_match "--tag", shell_output("#{bin}/berth __complete build --ta")
  end
end

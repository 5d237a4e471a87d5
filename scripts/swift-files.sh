# Sourced by format and lint: prints the Swift sources that people write, each ended by a zero byte.
swift_files() {
  printf 'Package.swift\0'
  find Sources Tests -name '*.swift' ! -name '*.pb.swift' -print0
}

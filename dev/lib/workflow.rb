# SPDX-License-Identifier: Apache-2.0
# workflow.rb FILE: checks the GitHub Actions workflows in a document (its YAML blocks), or in
# FILE.yml itself, and prints the script of each step, ended by a null byte. Fails with the line
# that GitHub would reject.
require "yaml"

FILE = ARGV.fetch(0)

def refuse(line, what)
  abort "#{FILE}:#{line}: #{what}"
end

def check_step(step, line)
  refuse line, "a step has either uses or run: #{step.inspect}" unless step.is_a?(Hash) && step.key?("uses") != step.key?("run")
  strange = step.keys - %w[name id if uses with run env shell working-directory]
  refuse line, "a step has no #{strange.first}" unless strange.empty?
  # GitHub replaces expressions; for the shell they are words.
  print step["run"].gsub(/\$\{\{[^}]*\}\}/, "word"), "\0" if step["run"]
end

blocks = []
inside = nil
blocks << [0, File.read(FILE)] if FILE.end_with?(".yml")
File.readlines(FILE).each_with_index do |text, index|
  if text.start_with?("```")
    inside = inside.nil? && text.strip == "```yaml" ? [index + 1, +""] : nil
    blocks << inside if inside
  elsif inside
    inside[1] << text
  end
end
refuse 1, "no block of yaml" if blocks.empty?

blocks.each do |line, text|
  workflow = begin
    YAML.safe_load(text)
  rescue Psych::Exception => e
    refuse line + (e.respond_to?(:line) ? e.line.to_i : 0), e.message
  end
  # YAML 1.1 reads the word `on` as true.
  refuse line, "no event: on" unless workflow.is_a?(Hash) && (workflow.key?(true) || workflow.key?("on"))
  jobs = workflow["jobs"]
  refuse line, "no jobs" unless jobs.is_a?(Hash) && !jobs.empty?
  jobs.each do |name, job|
    refuse line, "job #{name} has no runs-on" unless job["runs-on"].is_a?(String)
    refuse line, "job #{name} has no steps" unless job["steps"].is_a?(Array)
    job["steps"].each { |step| check_step(step, line) }
  end
end

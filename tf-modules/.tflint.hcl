# How the modules are linted: tflint --chdir=tf-modules --recursive --config="$PWD/tf-modules/.tflint.hcl"

plugin "terraform" {
  enabled = true
  preset  = "all"
}

# Files are named after what is in them: queues.tf, permissions.tf, elasticsearch.tf.
rule "terraform_standard_module_structure" {
  enabled = false
}

"""What the portal is compared with: each as its documentation would have it, nothing tuned."""

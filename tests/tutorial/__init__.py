"""The chat app tutorial's steps, as a learner types them."""

"""What the developers' commands run; none of it is part of the product."""

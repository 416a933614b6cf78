"""Character recognition: pictures of text become words with places, by Tesseract, a program of the system's."""
